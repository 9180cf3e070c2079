import { type Scale, scaleOf } from "./chart-scale";
import { formatDay } from "./format";

// Positions across are percentages and positions down are pixels, so that texts keep their size at every width.

/** The space for the value of the selected day, which the selection of the day does not cover. */
const READING = 18;
const TOP = 24;
const PLOT = 132;
const BOTTOM = 24;
/** The width of a bar, as a share of the width of a day. */
const BAR = 0.72;
/** The days between two labels, by the days of the chart. */
const LABEL_STEPS: ReadonlyMap<number, number> = new Map([
  [7, 1],
  [30, 7],
  [90, 14],
]);

interface Bar {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** The values of the series, which are stacked. */
  readonly values: readonly number[];
}

interface UsageChartProps {
  readonly title: string;
  /** The names of the series, if there are several. */
  readonly series?: readonly string[];
  readonly bars: readonly Bar[];
  /** Whether each value is a whole number. Defaults to `false`. */
  readonly whole?: boolean;
  readonly format: (value: number) => string;
  /** Formats a value of the axis. */
  readonly formatTick: (value: number, step: number) => string;
}

/** A chart with a bar per day. A bar shows its value while the pointer is over it or the focus is on it. */
export function UsageChart({ title, series = [], bars, whole = false, format, formatTick }: UsageChartProps) {
  const highest = Math.max(0, ...bars.map(({ values }) => sum(values)));
  if (highest === 0) return <NoBars title={title} />;
  const scale = scaleOf(highest, { whole });
  const describe = ({ date, values }: Bar) => {
    const texts = values.map((value, index) => [format(value), series[index]].filter(Boolean).join(" "));
    return `${formatDay(date)}: ${texts.join(", ")}`;
  };
  return (
    <figure class="chart">
      <figcaption>
        {title}
        {series.map((name, index) => (
          <span class="legend">
            <span class={`swatch series-${index}`} aria-hidden="true" />
            {name}
          </span>
        ))}
      </figcaption>
      <div class="plot">
        <ol class="axis" aria-hidden="true">
          {scale.ticks.toReversed().map((tick) => (
            <li>{formatTick(tick, scale.step)}</li>
          ))}
        </ol>
        <div role="listbox" aria-label={`${title}, per day`} aria-orientation="horizontal" tabindex={-1}>
          <svg role="presentation" width="100%" height={TOP + PLOT + BOTTOM}>
            {scale.ticks.map((tick) => (
              <line x1="0" x2="100%" y1={yOf(tick, scale)} y2={yOf(tick, scale)} />
            ))}
            {bars.map((bar, index) => (
              <DayBar bar={bar} index={index} count={bars.length} scale={scale} label={describe(bar)} />
            ))}
            <DayLabels bars={bars} />
          </svg>
        </div>
      </div>
    </figure>
  );
}

function NoBars({ title }: { title: string }) {
  return (
    <section class="chart" aria-label={title}>
      <h2>{title}</h2>
      <p class="muted">None in this period.</p>
    </section>
  );
}

interface DayBarProps {
  readonly bar: Bar;
  readonly index: number;
  readonly count: number;
  readonly scale: Scale;
  readonly label: string;
}

function DayBar({ bar: { values }, index, count, scale, label }: DayBarProps) {
  // The Tab key leads to the last bar, and the arrow keys to the others.
  const isFirstFocus = index === count - 1;
  const left = percent((index + (1 - BAR) / 2) / count);
  return (
    <g class="bar" role="option" tabindex={isFirstFocus ? 0 : -1} aria-selected={isFirstFocus} aria-label={label}>
      <rect
        class="reach"
        x={percent(index / count)}
        y={READING}
        width={percent(1 / count)}
        height={TOP + PLOT - READING}
      />
      {values.map((value, series) => {
        const base = sum(values.slice(0, series));
        const [y, bottom] = [yOf(base + value, scale), yOf(base, scale)];
        return (
          <rect
            class={`series-${series}`}
            x={left}
            y={y}
            width={percent(BAR / count)}
            height={Math.round((bottom - y) * 10) / 10}
          />
        );
      })}
      <text class="reading" x={percent((index + 0.5) / count)} y={12} text-anchor={anchorOf(index, count, 0.3)}>
        {label}
      </text>
    </g>
  );
}

/** The dates of some days, so many that they have enough space. A phone has space for every second one. */
function DayLabels({ bars }: { bars: readonly Bar[] }) {
  const step = LABEL_STEPS.get(bars.length) ?? 7;
  return (
    <g>
      {bars.map(({ date }, index) => {
        const age = bars.length - 1 - index;
        if (age % step !== 0) return null;
        return (
          <text
            class={(age / step) % 2 === 1 ? "wide-only" : undefined}
            x={percent((index + 0.5) / bars.length)}
            y={TOP + PLOT + 18}
            text-anchor={anchorOf(index, bars.length, 0.04)}
          >
            {formatDay(date)}
          </text>
        );
      })}
    </g>
  );
}

/** Returns the alignment that keeps a text inside the chart. `margin` is the share of the width that counts as its edge. */
function anchorOf(index: number, count: number, margin: number): "start" | "middle" | "end" {
  const position = (index + 0.5) / count;
  if (position < margin) return "start";
  return position > 1 - margin ? "end" : "middle";
}

function yOf(value: number, { top }: Scale): number {
  return Math.round((TOP + PLOT * (1 - value / top)) * 10) / 10;
}

function percent(share: number): string {
  return `${Math.round(share * 1e5) / 1e3}%`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
