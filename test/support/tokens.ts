import { randomBytes } from 'node:crypto';
import { PasswordHasher } from '../../src/tenants/application/ports/password-hasher.js';
import { BootstrapIdentity } from '../../src/tenants/index.js';
import type { TestApp } from './app.js';
import { ADMIN_PASSWORD, logIn, tokenOf } from './identity.js';

export interface TokenOptions {
  /** Id of the project; null for a token without one. */
  readonly tenant: string | null;
  /** None: a user without any role, whose token cannot have a project either. */
  readonly role?: string;
}

/** Logs a new user in who has the role on that project. The project is created when there is none. */
export async function tokenFor(catalog: TestApp, { tenant, role }: TokenOptions): Promise<string> {
  await catalog.app
    .get(BootstrapIdentity, { strict: false })
    .execute({ adminPassword: ADMIN_PASSWORD });
  const { prisma } = catalog.database;
  const name = randomBytes(16).toString('hex');
  const password = randomBytes(12).toString('hex');
  const passwordHash = await catalog.app.get(PasswordHasher, { strict: false }).hash(password);
  await prisma.identityUser.create({ data: { id: name, domainId: 'default', name, passwordHash } });
  if (tenant === null || role === undefined)
    return tokenOf(await logIn(catalog, { name, password }));
  const project = { id: tenant, domainId: 'default', name: tenant };
  await prisma.identityProject.upsert({ where: { id: tenant }, create: project, update: {} });
  const { id: roleId } =
    (await prisma.identityRole.findUnique({ where: { name: role } })) ??
    (await prisma.identityRole.create({
      data: { id: randomBytes(16).toString('hex'), name: role },
    }));
  await prisma.identityRoleAssignment.create({ data: { userId: name, roleId, projectId: tenant } });
  return tokenOf(await logIn(catalog, { name, password, scope: { project: { id: tenant } } }));
}
