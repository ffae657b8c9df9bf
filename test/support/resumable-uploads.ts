import { request, type ClientRequest } from 'node:http';
import { Upload } from 'tus-js-client';
import type { TestResponse } from './app.js';
import type { ImageDataFixture } from './image-data.js';

type Headers = Readonly<Record<string, string>>;

export const TUS = { 'tus-resumable': '1.0.0' };
const OCTETS = { 'content-type': 'application/offset+octet-stream' };

/** Uploads that can be continued, request by request. */
export class ResumableUploadCalls {
  constructor(
    private readonly fixture: ImageDataFixture,
    private readonly token = fixture.token,
  ) {}

  begin(id: string, bytes: number | string, headers: Headers = {}) {
    const all = { ...TUS, 'upload-length': String(bytes), ...headers };
    return this.call('POST', `/image/v2/images/${id}/uploads`, { headers: all });
  }

  /** @returns the path of an upload that was begun */
  async begun(id: string, bytes: number): Promise<string> {
    const reply = await this.begin(id, bytes);
    if (reply.status !== 201) throw new Error(`${reply.status} ${reply.text}`);
    return new URL(String(reply.headers['location'])).pathname;
  }

  send(path: string, offset: number | string, body: Buffer, headers: Headers = {}) {
    const all = { ...TUS, ...OCTETS, 'upload-offset': String(offset), ...headers };
    return this.call('PATCH', path, { headers: all, body });
  }

  /** A request like {@link send} whose `bytes` the caller writes, or leaves off in the middle. */
  async open(path: string, offset: number, bytes: number): Promise<ClientRequest> {
    return request(`${await this.fixture.app.listen()}${path}`, {
      method: 'PATCH',
      headers: {
        ...TUS,
        ...OCTETS,
        'x-auth-token': this.token,
        'upload-offset': String(offset),
        'content-length': String(bytes),
      },
    });
  }

  head(path: string, headers: Headers = TUS) {
    return this.call('HEAD', path, { headers });
  }

  async offset(path: string): Promise<number> {
    return Number((await this.head(path)).headers['upload-offset']);
  }

  giveUp(path: string, headers: Headers = TUS) {
    return this.call('DELETE', path, { headers });
  }

  private call(
    method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE',
    path: string,
    request: { readonly headers: Headers; readonly body?: Buffer },
  ): Promise<TestResponse> {
    return this.fixture.app.request(method, path, { token: this.token, ...request });
  }
}

/** One run of the client that people use. @param cut bytes after which it is stopped @returns the URL of the upload */
export async function tusRun(
  fixture: ImageDataFixture,
  id: string,
  bytes: Buffer,
  { url, cut }: { readonly url: string | null; readonly cut: number },
): Promise<string | null> {
  const origin = await fixture.app.listen();
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: `${origin}/image/v2/images/${id}/uploads`,
      uploadUrl: url,
      headers: { 'X-Auth-Token': fixture.token },
      // What was cut off a moment ago may still hold the upload.
      retryDelays: [50, 100, 200, 500, 1000, 1000, 1000, 1000, 1000],
      onError: reject,
      onSuccess: () => {
        resolve(upload.url);
      },
      onProgress: (sent) => {
        if (sent < cut) return;
        const { url: here } = upload;
        upload.abort().catch(reject);
        resolve(here);
      },
    });
    upload.start();
  });
}
