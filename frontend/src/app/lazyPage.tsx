import { lazy, Suspense, type ComponentType } from "react";
import { Notice } from "../shared/ui/Notice";

/** A page that is fetched when it is first shown: whoever only draws does not need it. */
export function lazyPage<Props extends object>(
  title: string,
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const MissingPage: ComponentType<Props> = () => {
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
          <p>The {title} page could not be fetched from the server.</p>
        </Notice>
      </main>
    );
  };
  const Page = lazy(async () => ({ default: await load().catch(() => MissingPage) }));
  // lazy's own type cannot tell that Props has no ref
  const Loaded = Page as unknown as ComponentType<Props>;
  return function LazyPage(props: Props) {
    return (
      <Suspense fallback={<main className="min-h-svh text-soft">Loading the page…</main>}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}
