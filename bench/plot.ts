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

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Lines over a common axis that begins at nothing, as SVG. */
export function lineChart(title: string, axis: string, lines: readonly Line[]): string {
  const all = lines.flatMap(({ points }) => points);
  const [mostX, mostY] = [0, 1].map((of) => Math.max(1, ...all.map((point) => point[of] ?? 0))) as [
    number,
    number,
  ];
  const place = ([x, y]: readonly [number, number]): string =>
    `${(60 + (WIDTH * x) / mostX).toFixed(1)},${(TOP + 240 - (240 * y) / mostY).toFixed(1)}`;
  const drawn = lines.map(({ label, points }, index) => {
    const color = COLORS[index % COLORS.length] ?? '';
    return `<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.map(place).join(' ')}"/>
<rect x="${60 + index * 160}" y="34" width="12" height="12" fill="${color}"/>
<text x="${78 + index * 160}" y="44">${escaped(label)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH + 120}" height="${TOP + 290}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="60" y="22" font-size="14" font-weight="bold">${escaped(title)}</text>
<path d="M60 ${TOP} V${TOP + 240} H${60 + WIDTH}" fill="none" stroke="#444444"/>
<text x="52" y="${TOP + 10}" text-anchor="end">${mostY.toFixed(0)}</text>
<text x="52" y="${TOP + 240}" text-anchor="end">0</text>
<text x="${60 + WIDTH}" y="${TOP + 260}" text-anchor="end">${mostX.toFixed(0)} ${escaped(axis)}</text>
${drawn.join('\n')}
</svg>
`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
