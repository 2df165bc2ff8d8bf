import { useEffect, useRef } from "react";

/** A text to be copied by hand, where the browser does not let the page do it. */
export function TextToCopy({ label, text }: { label: string; text: string }) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.focus();
    area.current?.select();
  }, [text]);
  return (
    <label className="mt-2 grid gap-1 text-sm text-soft">
      {label}
      <textarea
        ref={area}
        readOnly
        rows={4}
        value={text}
        className="w-full rounded-xl border border-edge bg-paper p-2 font-mono text-xs break-all text-ink"
      />
    </label>
  );
}
