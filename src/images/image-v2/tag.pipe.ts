import { Injectable, type PipeTransform } from '@nestjs/common';
import { NotFound } from '../../kernel/errors.js';

/** A tag in a path is one segment: an encoded slash never matches, such tags are set by PATCH (image-v2 2.11). */
@Injectable()
export class TagPipe implements PipeTransform<string, string> {
  transform(tag: string): string {
    if (tag.includes('/')) throw new NotFound();
    return tag;
  }
}
