import { Inject, Injectable, type PipeTransform } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { RawRequest } from './body-presence.js';
import { mountOf, type Profile } from './mount.js';

/** Which profile the mount of a request speaks is configuration. */
@Injectable()
class ProfilePipe implements PipeTransform<IncomingMessage, Profile> {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  transform(request: IncomingMessage): Profile {
    const { root, mounted } = this.config.profiles;
    return mountOf(request).prefix === '' ? root : mounted;
  }
}

/** The representation profile to answer in: `@MountProfile() profile: Profile`. */
export const MountProfile = (): ParameterDecorator => RawRequest(ProfilePipe);
