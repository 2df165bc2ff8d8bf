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
        title="This page did not load"
        tone="warn"
        action={{ label: "Reload", onPress: reload }}
      >
        <p>The server or the network did not hand over the Compare page. Nothing else is lost.</p>
      </Notice>
    </main>
  );
};

// those who only draw need none of it
const Page = lazy(() =>
  import("./ComparePage").then(
    ({ ComparePage }): { default: ComponentType<ComparePageProps> } => ({ default: ComparePage }),
    () => ({ default: MissingPage }),
  ),
);

export function LazyComparePage(props: ComparePageProps) {
  return (
    <Suspense fallback={<main className="min-h-svh text-soft">The page is on its way…</main>}>
      <Page {...props} />
    </Suspense>
  );
}
