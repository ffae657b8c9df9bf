import { register } from 'node:module';

register('./typescript-loader.mjs', import.meta.url);

/** Runs once per test run, whichever projects take part: starts the server that all test files share. */
export default async function globalSetup() {
  if (globalThis.testServer) return;
  const { startTestServer } = await import('./test-server.ts');
  const server = await startTestServer();
  globalThis.testServer = server;
  process.env.TEST_SERVER_URL = server.url;
  process.env.TEST_TEMPLATE_DATABASE = server.template;
  process.env.TEST_SERVICE_PASSWORD = server.servicePassword;
}
