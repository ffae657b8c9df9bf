/** Nothing that an API answers is a page: should a browser show it as one, it may load nothing and run nothing. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** Swagger UI brings its own scripts; its styles and icons are in the page. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
const YEAR_SECONDS = 31_536_000;

function headersWith(policy: string, others: Readonly<Record<string, string>>) {
  const plain = {
    'x-content-type-options': 'nosniff',
    'content-security-policy': policy,
    ...others,
  };
  const encrypted = { ...plain, 'strict-transport-security': `max-age=${YEAR_SECONDS}` };
  return { plain, encrypted };
}

const API_HEADERS = headersWith(API_POLICY, {});
const DOCS_HEADERS = headersWith(DOCS_POLICY, {
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
});

/**
 * What every answer tells browsers (S-42).
 * @param url as routes are declared
 * @param isEncrypted clients come by https, so they shall always do
 */
export function securityHeaders(
  url: string,
  isEncrypted: boolean,
): Readonly<Record<string, string>> {
  const headers = url.startsWith('/docs') ? DOCS_HEADERS : API_HEADERS;
  return isEncrypted ? headers.encrypted : headers.plain;
}
