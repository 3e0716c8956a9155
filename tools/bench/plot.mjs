/** Bars of the ratios as an SVG picture: one group for each variant, one bar for each size. */
export function plot(bySize) {
  const sizes = Object.keys(bySize);
  const names = Object.keys(bySize[sizes[0]]);
  const left = 190;
  const scale = 170;
  const bar = 11;
  const gap = 12;
  const group = sizes.length * bar + gap;
  const height = 46 + names.length * group + 30;
  const most = Math.max(...sizes.flatMap((size) => names.map((name) => bySize[size][name].median)));
  const width = left + Math.ceil(most * scale) + 60;
  const shades = ['#0b7285', '#3bc9db', '#99e9f2'];
  const bars = names.flatMap((name, row) => {
    const top = 46 + row * group;
    const label = `<text x="${left - 8}" y="${top + (sizes.length * bar) / 2 + 4}" text-anchor="end">${name}</text>`;
    return [
      label,
      ...sizes.map((size, index) => {
        const { median } = bySize[size][name];
        const y = top + index * bar;
        const length = (median * scale).toFixed(1);
        return (
          `<rect x="${left}" y="${y}" width="${length}" height="${bar - 2}" fill="${shades[index]}"/>` +
          `<text x="${left + Number(length) + 4}" y="${y + 8}" font-size="9">${median.toFixed(2)}</text>`
        );
      }),
    ];
  });
  const legend = sizes.map(
    (size, index) =>
      `<rect x="${left + index * 80}" y="16" width="10" height="10" fill="${shades[index]}"/>` +
      `<text x="${left + index * 80 + 14}" y="25">${size}</text>`,
  );
  const one = left + scale;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11" fill="#495057">
<title>Requests for one unit of CPU time, relative to express.json() without verification</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${legend.join('\n')}
<line x1="${one}" x2="${one}" y1="38" y2="${height - 24}" stroke="#adb5bd" stroke-dasharray="3 3"/>
${bars.join('\n')}
<text x="${left}" y="${height - 8}" font-size="10">requests for one unit of CPU time, express.json() unverified = 1.00; higher is better</text>
</svg>
`;
}
