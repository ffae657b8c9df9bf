/** Port: certificates of those who sign images. Whoever is in it is trusted; issuers are not looked at. */
export abstract class CertificateSource {
  /**
   * @param id as `img_signature_certificate_uuid` names it: text of a user
   * @returns an X.509 certificate, PEM or DER; null when there is none
   * @throws Unavailable
   */
  abstract find(id: string): Promise<Buffer | null>;
}
