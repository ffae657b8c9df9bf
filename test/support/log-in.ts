/** Logs in over HTTP as `admin`, scoped to the project `admin`. @returns the status of the answer */
export async function logIn(origin: string, password: string): Promise<number> {
  const response = await fetch(`${origin}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(passwordLogin(password)),
  });
  return response.status;
}

/** Body of a log-in as `admin`. */
export function passwordLogin(password: string): object {
  const domain = { id: 'default' };
  return {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: 'admin', domain, password } },
      },
      scope: { project: { name: 'admin', domain } },
    },
  };
}
