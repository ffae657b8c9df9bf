import { Inject, Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import { BootstrapStore } from '../application/ports/bootstrap.store.js';
import type { UserLogin } from '../application/ports/login-directory.js';
import { ADMIN, BUILT_IN_ROLES } from '../domain/built-in.js';
import { DEFAULT_DOMAIN_ID, DEFAULT_DOMAIN_NAME } from '../domain/directory.js';
import { IdentityStore } from './identity-store.js';
import { newId } from './new-id.js';

const skipDuplicates = true;
const adminKey = { domainId_name: { domainId: DEFAULT_DOMAIN_ID, name: ADMIN } };

@Injectable()
export class PrismaBootstrapStore extends BootstrapStore {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async ensureFoundation(): Promise<void> {
    const domainId = DEFAULT_DOMAIN_ID;
    const roles = BUILT_IN_ROLES.map((name) => ({ id: newId(), name, immutable: true }));
    const project = { id: newId(), domainId, name: ADMIN, description: 'Administration' };
    await this.store.write((prisma) =>
      prisma.$transaction([
        prisma.identityDomain.createMany({
          data: [{ id: domainId, name: DEFAULT_DOMAIN_NAME, description: 'The default domain' }],
          skipDuplicates,
        }),
        prisma.identityRole.createMany({ data: roles, skipDuplicates }),
        prisma.identityProject.createMany({ data: [project], skipDuplicates }),
      ]),
    );
  }

  override findAdmin(): Promise<Pick<UserLogin, 'id' | 'passwordHash'> | null> {
    return this.store.query((prisma) =>
      prisma.identityUser.findUnique({
        where: adminKey,
        select: { id: true, passwordHash: true },
      }),
    );
  }

  override createAdmin(passwordHash: string): Promise<boolean> {
    const user = { id: newId(), domainId: DEFAULT_DOMAIN_ID, name: ADMIN, passwordHash };
    return this.store.write((prisma) =>
      prisma.$transaction(async (transaction) => {
        const created = await transaction.identityUser.createMany({ data: [user], skipDuplicates });
        if (created.count === 0) return false;
        await this.grantEverything(transaction, user.id);
        return true;
      }),
    );
  }

  override async restoreAdmin(userId: string, passwordHash: string | null): Promise<void> {
    const password = { passwordHash, tokenGeneration: { increment: 1 } };
    await this.store.write((prisma) =>
      prisma.$transaction(async (transaction) => {
        await transaction.identityUser.update({
          where: { id: userId },
          data: { enabled: true, ...(passwordHash !== null && password) },
        });
        await this.grantEverything(transaction, userId);
      }),
    );
  }

  /** The role `admin` on the project `admin` and on the system. */
  private async grantEverything(
    transaction: Prisma.TransactionClient,
    userId: string,
  ): Promise<void> {
    const project = await transaction.identityProject.findUniqueOrThrow({ where: adminKey });
    const role = await transaction.identityRole.findUniqueOrThrow({ where: { name: ADMIN } });
    const assignment = { userId, roleId: role.id };
    await transaction.identityRoleAssignment.createMany({
      data: [{ ...assignment, projectId: project.id }, assignment],
      skipDuplicates,
    });
    await transaction.identityUser.updateMany({
      where: { id: userId, defaultProjectId: null },
      data: { defaultProjectId: project.id },
    });
  }
}
