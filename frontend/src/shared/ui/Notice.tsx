import type { ReactNode } from "react";

interface NoticeProps {
  readonly title: string;
  readonly tone?: "calm" | "warn";
  readonly children?: ReactNode;
  /** What to do about it. */
  readonly action?: { readonly label: string; readonly onPress: () => void };
}

/** A message, with a button that helps where there is one. */
export function Notice({ title, tone = "calm", children, action }: NoticeProps) {
  const colours = tone === "warn" ? "border-warn bg-warn-wash" : "border-line bg-transparent";
  return (
    <div data-testid="notice" className={`rounded-2xl border p-4 ${colours}`}>
      <p className="text-lg font-semibold">{title}</p>
      {children && <div className="mt-1 text-soft">{children}</div>}
      {action && (
        <button type="button" className="button mt-3" onClick={action.onPress}>
          {action.label}
        </button>
      )}
    </div>
  );
}
