interface ProbabilityBarsProps {
  readonly probabilities: readonly number[];
  readonly digit: number;
}

/** Ten small bars, 0 to 9 from left to right; the text beside them says the same. */
export function ProbabilityBars({ probabilities, digit }: ProbabilityBarsProps) {
  return (
    <span aria-hidden="true" className="flex items-end gap-px">
      {probabilities.map((probability, d) => (
        <span key={d} className="grid w-2.5 justify-items-center">
          <span className="flex h-9 w-2 items-end">
            <span
              className={`shows-data w-full rounded-t-[2px] ${d === digit ? "bg-accent" : "bg-edge"}`}
              style={{ height: `max(1px, ${probability * 100}%)` }}
            />
          </span>
          <span className={`text-[0.625rem] leading-3 ${d === digit ? "font-bold" : "text-soft"}`}>
            {d}
          </span>
        </span>
      ))}
    </span>
  );
}
