import { formatDay } from "./format";

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 56;
const BOTTOM = 24;
const TOP = 12;
/** The width of a bar, as a share of the width of a day. */
const BAR = 0.72;

interface Bar {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly value: number;
}

interface UsageChartProps {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** The minimum value at the top of the axis. Defaults to `0`. */
  readonly least?: number;
  readonly format: (value: number) => string;
}

/** A chart with a bar per day. Screen readers read only its title, since a table next to it has the figures. */
export function UsageChart({ title, bars, least = 0, format }: UsageChartProps) {
  const top = roundUp(Math.max(least, ...bars.map(({ value }) => value)));
  const plotHeight = HEIGHT - TOP - BOTTOM;
  const step = (WIDTH - LEFT) / bars.length;
  const yOf = (value: number) => TOP + plotHeight * (1 - value / top);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}, per day`}>
        {[0, top / 2, top].map((value) => (
          <g class="grid">
            <line x1={LEFT} x2={WIDTH} y1={yOf(value)} y2={yOf(value)} />
            <text x={LEFT - 8} y={yOf(value) + 4} text-anchor="end">
              {format(value)}
            </text>
          </g>
        ))}
        {bars.map(({ date, value }, index) => (
          <g class="bar">
            <title>{`${formatDay(date)}: ${format(value)}`}</title>
            <rect class="reach" x={LEFT + index * step} y={TOP} width={step} height={plotHeight} />
            <rect
              x={LEFT + (index + (1 - BAR) / 2) * step}
              y={yOf(value)}
              width={step * BAR}
              height={TOP + plotHeight - yOf(value)}
              rx="2"
            />
          </g>
        ))}
        {bars.map(({ date }, index) =>
          (bars.length - 1 - index) % 7 === 0 ? (
            <text
              x={LEFT + (index + 0.5) * step}
              y={HEIGHT - 6}
              text-anchor={index === bars.length - 1 ? "end" : "middle"}
            >
              {formatDay(date)}
            </text>
          ) : null,
        )}
      </svg>
    </figure>
  );
}

/** Rounds up to 1, 2, 4, 6, 8 or 10 times a power of ten, so that half of the result is a round number, too. */
function roundUp(value: number): number {
  if (value <= 0) return 2;
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 4, 6, 8].find((candidate) => value <= candidate * magnitude) ?? 10;
  return factor * magnitude;
}
