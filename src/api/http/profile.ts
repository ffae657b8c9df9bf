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
    return profileOf(request, this.config);
  }
}

export function profileOf(request: IncomingMessage, { profiles }: Config): Profile {
  return mountOf(request).prefix === '' ? profiles.root : profiles.mounted;
}

/** The representation profile to answer in: `@MountProfile() profile: Profile`. */
export const MountProfile = (): ParameterDecorator => RawRequest(ProfilePipe);
