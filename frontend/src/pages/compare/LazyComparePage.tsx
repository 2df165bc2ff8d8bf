import { lazy, Suspense, type ComponentType } from "react";
import { Notice } from "../../shared/ui/Notice";
import type { ComparePageProps } from "./ComparePage";

const MissingPage: ComponentType<ComparePageProps> = () => {
  const reload = () => {
    window.location.reload();
  };
  return (
    <main>
      <Notice
        title="This page could not be loaded"
        tone="warn"
        action={{ label: "Reload", onPress: reload }}
      >
        <p>The Compare page could not be fetched from the server.</p>
      </Notice>
    </main>
  );
};

// whoever only draws does not need it
const Page = lazy(() =>
  import("./ComparePage").then(
    ({ ComparePage }): { default: ComponentType<ComparePageProps> } => ({ default: ComparePage }),
    () => ({ default: MissingPage }),
  ),
);

export function LazyComparePage(props: ComparePageProps) {
  return (
    <Suspense fallback={<main className="min-h-svh text-soft">Loading the page…</main>}>
      <Page {...props} />
    </Suspense>
  );
}
