interface Bar {
  /** Empty for the further bars of a group. */
  readonly label: string;
  readonly value: number;
  readonly group: string;
}

const COLORS = ['#4f6d9b', '#c9a24b', '#7f9b6a'];
const [LEFT, WIDTH, HEIGHT, TOP] = [170, 520, 18, 60];

/** Horizontal bars as SVG, one colour a group. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const groups = [...new Set(bars.map(({ group }) => group))];
  const most = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, group }, index) => {
    const y = TOP + index * HEIGHT;
    const width = (WIDTH * value) / most;
    const color = COLORS[groups.indexOf(group) % COLORS.length] ?? '';
    return `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${escaped(label)}</text>
<rect x="${LEFT}" y="${y + 2}" width="${width.toFixed(1)}" height="${HEIGHT - 4}" fill="${color}"/>
<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 13}">${value.toFixed(2)}</text>`;
  });
  const legend = groups.map((group, index) => {
    const x = LEFT + index * 160;
    return `<rect x="${x}" y="34" width="12" height="12" fill="${COLORS[index % COLORS.length] ?? ''}"/>
<text x="${x + 18}" y="44">${escaped(group)}</text>`;
  });
  const height = TOP + bars.length * HEIGHT + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + 70}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${LEFT}" y="22" font-size="14" font-weight="bold">${escaped(title)}</text>
${[...legend, ...rows].join('\n')}
</svg>
`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
