import http from 'node:http';
import https from 'node:https';

/** For containers: exit code 0 when the service in this one says that it is ready, else 1. */
const { PORT = '9292', CATALOG_TLS_CERTIFICATE_FILE: certificate = '' } = process.env;

const options = { host: '127.0.0.1', port: PORT, path: '/readyz', timeout: 3000 };
const request =
  certificate === ''
    ? http.get(options)
    : // The certificate is for the name that clients use, which is not this one.
      https.get({ ...options, rejectUnauthorized: false });
request.once('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.once('timeout', () => process.exit(1));
request.once('error', () => process.exit(1));
