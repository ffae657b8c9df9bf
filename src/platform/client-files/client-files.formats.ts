/** How the administrator logs in. */
export interface Login {
  /** `<origin>/identity/v3`. */
  readonly authUrl: string;
  readonly region: string;
  readonly password: string;
}

export const CLOUD = 'catalog';
const ADMIN = 'admin';
const DOMAIN = 'Default';

/** For openstacksdk, python-openstackclient, Terraform, gophercloud. */
export function cloudsYaml({ authUrl, region, password }: Login): string {
  return `# The administrator of this image catalog.
# Use: export OS_CLIENT_CONFIG_FILE=<this file> OS_CLOUD=${CLOUD}
clouds:
  ${CLOUD}:
    auth:
      auth_url: ${yaml(authUrl)}
      username: ${yaml(ADMIN)}
      password: ${yaml(password)}
      project_name: ${yaml(ADMIN)}
      user_domain_name: ${yaml(DOMAIN)}
      project_domain_name: ${yaml(DOMAIN)}
    region_name: ${yaml(region)}
    interface: public
    identity_api_version: 3
    image_api_version: 2
`;
}

/** For a shell: `source openrc.sh`. */
export function openrc({ authUrl, region, password }: Login): string {
  const variables = {
    OS_AUTH_URL: authUrl,
    OS_USERNAME: ADMIN,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: ADMIN,
    OS_USER_DOMAIN_NAME: DOMAIN,
    OS_PROJECT_DOMAIN_NAME: DOMAIN,
    OS_REGION_NAME: region,
    OS_INTERFACE: 'public',
    OS_IDENTITY_API_VERSION: '3',
    OS_IMAGE_API_VERSION: '2',
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${shell(value)}`);
  return `# The administrator of this image catalog. Use: source <this file>
unset OS_CLOUD OS_TOKEN
${lines.join('\n')}
`;
}

/** Either file with another address in it and everything else as it was. */
export function withAuthUrl(content: string, authUrl: string): string {
  return content
    .replace(/^( *auth_url: ).*$/m, (_line, key: string) => key + yaml(authUrl))
    .replace(/^(export OS_AUTH_URL=).*$/m, (_line, key: string) => key + shell(authUrl));
}

/** A double-quoted YAML scalar; JSON strings are such scalars. */
function yaml(text: string): string {
  return JSON.stringify(text);
}

function shell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
