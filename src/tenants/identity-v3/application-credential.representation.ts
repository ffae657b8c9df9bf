import type { ApplicationCredential } from '../domain/directory.js';

export const toCredentialJson = (credential: ApplicationCredential, base: string): object => {
  const { id, userId } = credential;
  return {
    id,
    name: credential.name,
    description: credential.description,
    user_id: userId,
    project_id: credential.projectId,
    roles: credential.roles.map((role) => ({ id: role.id, name: role.name, domain_id: null })),
    // Keystone shows this one time without a zone, and gophercloud insists on that.
    expires_at: credential.expiresAt,
    unrestricted: credential.isUnrestricted,
    links: { self: `${base}/users/${userId}/application_credentials/${id}` },
  };
};
