import { Inject, Injectable } from '@nestjs/common';
import { X509Certificate } from 'node:crypto';
import {
  ImageSignatureRefused,
  signatureOf,
  type ImageSignature,
} from '../domain/image-signature.js';
import type { Image } from '../domain/image.js';
import { CertificateSource } from './ports/certificate-source.js';
import type { DataSignature } from './ports/data-hashing.js';

/** Makes the signature of an image, if it has one, ready to be verified over its bytes (S-63). */
@Injectable()
export class ImageSignatures {
  constructor(@Inject(CertificateSource) private readonly certificates: CertificateSource) {}

  /**
   * @returns null for an image that is not signed
   * @throws ImageSignatureRefused when nobody could verify it: it is malformed, its certificate is unknown, not valid
   * now, or not of the stated type; Unavailable
   */
  async of({ attributes }: Image): Promise<DataSignature | null> {
    const signature = signatureOf(attributes.properties);
    if (signature === null) return null;
    const { publicKey } = await this.certificateOf(signature);
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
    signature.requireKey({ type, curve: details?.namedCurve });
    const { value, hashAlgorithm, isPss } = signature;
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    return { value, hashAlgorithm, isPss, publicKey: pem };
  }

  private async certificateOf({ certificateId }: ImageSignature): Promise<X509Certificate> {
    const file = await this.certificates.find(certificateId);
    if (file === null) {
      throw new ImageSignatureRefused('The certificate of the image signature is not known here.');
    }
    const certificate = parsed(file);
    const now = Date.now();
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) {
      throw new ImageSignatureRefused('The certificate of the image signature is not valid now.');
    }
    return certificate;
  }
}

function parsed(file: Buffer): X509Certificate {
  try {
    return new X509Certificate(file);
  } catch (error) {
    throw new ImageSignatureRefused('The certificate of the image signature is unreadable.', {
      cause: error,
    });
  }
}
