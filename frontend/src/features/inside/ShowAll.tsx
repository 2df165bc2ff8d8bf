interface ShowAllProps {
  /** "units", "maps". */
  readonly what: string;
  readonly count: number;
  readonly few: number;
  readonly isAll: boolean;
  readonly onChange: (all: boolean) => void;
}

/** Shows all instead of the strongest few; nothing where the few are all. */
export function ShowAll({ what, count, few, isAll, onChange }: ShowAllProps) {
  if (count <= few) return null;
  return (
    <button
      type="button"
      className="mt-1 inline-flex min-h-11 cursor-pointer items-center text-sm text-soft underline underline-offset-4 hover:text-ink"
      onClick={() => {
        onChange(!isAll);
      }}
    >
      {isAll ? `Only the ${few} strongest` : `All ${count} ${what}`}
    </button>
  );
}
