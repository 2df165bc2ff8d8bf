import { defaultReason } from "./defaultModel";
import { useModels } from "./useModels";

/** Which rung is the default, and why it is not just the best of the test digits. */
export function DefaultReason() {
  const { models } = useModels();
  const reason = models && defaultReason(models);
  return reason === null ? null : (
    <p data-testid="default-reason" className="mt-2 max-w-[70ch] text-sm text-soft">
      {reason}
    </p>
  );
}
