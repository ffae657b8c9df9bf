import type { DomainError } from '../../kernel/errors.js';
import { STATUS_OF_KIND, reasonPhrase, type RenderedError } from '../http/error-status.js';

type Form = 'json' | 'html' | 'text';

/** Image API section 8.1: the form of an error follows the request's `Accept`. */
export function renderImageError(error: DomainError, accept: string | undefined): RenderedError {
  const status = STATUS_OF_KIND[error.kind];
  const code = `${status} ${reasonPhrase(status)}`;
  switch (preferredForm(accept)) {
    case 'json':
      return {
        status,
        contentType: 'application/json',
        body: JSON.stringify({ message: error.message, code, title: reasonPhrase(status) }),
      };
    case 'html':
      return {
        status,
        contentType: 'text/html; charset=UTF-8',
        // One tag a line: glanceclient strips the tags and joins the lines that remain.
        body: `<html>\n<head><title>${code}</title></head>\n<body>\n<h1>${code}</h1>\n${escapeHtml(error.message)}<br /><br />\n</body>\n</html>\n`,
      };
    case 'text':
      return {
        status,
        contentType: 'text/plain; charset=UTF-8',
        body: `${code}\n\n${error.message}\n`,
      };
  }
}

const FORM_OF_RANGE: Readonly<Record<string, Form>> = {
  'application/json': 'json',
  'application/*': 'json',
  'text/html': 'html',
  'text/*': 'html',
  '*/*': 'html',
};

/** The form with the highest quality; of equals the one named first. */
function preferredForm(accept: string | undefined): Form {
  let best: { form: Form; quality: number } | undefined;
  for (const item of (accept ?? '').split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const form = FORM_OF_RANGE[range];
    const quality = qualityOf(parameters);
    if (form !== undefined && quality > (best?.quality ?? 0)) best = { form, quality };
  }
  return best?.form ?? 'text';
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = given === undefined ? 1 : Number(given.slice(2));
  return Number.isNaN(quality) ? 0 : quality;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
