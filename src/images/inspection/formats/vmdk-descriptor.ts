const SAFE_TYPES: ReadonlySet<string> = new Set(['monolithicsparse', 'streamoptimized']);
const NO_PARENT = 'ffffffff';
const HEADER_FIELD = /^([a-z][a-z0-9._]*)\s*=\s*"?([^"]*)"?\s*$/;
const EXTENT = /^(?:rw|rdonly|noaccess)\s+\d+\s+([a-z0-9]+)\s+"([^"]*)"(?:\s+\d+)?$/;

/**
 * Judges the text that says what a VMDK consists of (S-59). Whatever is not understood counts as danger:
 * other readers may understand it.
 */
export function dangersInDescriptor(text: string): readonly string[] {
  const padding = text.indexOf('\0');
  const content = padding === -1 ? text : text.slice(0, padding);
  if (padding !== -1 && /[^\0]/.test(text.slice(padding))) return ['an ambiguous descriptor'];
  const lines = content
    .toLowerCase()
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('ddb.'));
  const fields = new Map<string, string>();
  const extents: RegExpExecArray[] = [];
  for (const line of lines) {
    const field = HEADER_FIELD.exec(line);
    const extent = EXTENT.exec(line);
    if (field?.[1] !== undefined && !fields.has(field[1])) fields.set(field[1], field[2] ?? '');
    else if (extent !== null) extents.push(extent);
    else return ['a descriptor that is not understood'];
  }
  return [...dangersInFields(fields), ...dangersInExtents(extents)];
}

function dangersInFields(fields: ReadonlyMap<string, string>): readonly string[] {
  const hasParent =
    fields.has('parentfilenamehint') || (fields.get('parentcid') ?? NO_PARENT) !== NO_PARENT;
  return [
    ...(SAFE_TYPES.has(fields.get('createtype') ?? '') ? [] : ['an unsupported subformat']),
    ...(hasParent ? ['a parent disk'] : []),
  ];
}

/** The one extent of a safe subformat is the file itself. */
function dangersInExtents(extents: readonly RegExpExecArray[]): readonly string[] {
  const isItself =
    extents.length === 1 &&
    extents.every(([, type, name = '']) => type === 'sparse' && !/[/\\:]|^\.\.?$|^$/.test(name));
  return isItself ? [] : ['extents in other files'];
}
