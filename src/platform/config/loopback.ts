/** Does a name or an address, such as `localhost`, `127.0.0.2` or `[::1]`, stand for this machine alone? */
export const isLoopbackHost = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
