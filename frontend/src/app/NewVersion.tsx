import { useEffect, useState } from "react";

/**
 * Keeps the static site for times without a network, and offers a new version when one is there:
 * it takes over only when asked, since open pages would lose the files of the one before.
 */
export function NewVersion() {
  const [waiting, setWaiting] = useState<ServiceWorker | null>(null);

  useEffect(() => {
    void watch(setWaiting);
  }, []);

  return (
    <div role="status" className="print:hidden">
      {waiting && (
        <p className="mb-3 flex flex-wrap items-center gap-3">
          A new version is there.
          <button
            type="button"
            className="button"
            onClick={() => {
              navigator.serviceWorker.addEventListener("controllerchange", () => {
                window.location.reload();
              });
              waiting.postMessage("take over");
            }}
          >
            Reload
          </button>
        </p>
      )}
    </div>
  );
}

/** Registers the worker, and tells of each version that waits behind the one that is shown. */
async function watch(onWaiting: (worker: ServiceWorker) => void): Promise<void> {
  // there is none where the page is not served over https, or in some private windows
  if (!("serviceWorker" in navigator)) return;
  // what is kept for later must not hold up what is shown now
  if (document.readyState !== "complete") {
    await new Promise((resolve) => {
      window.addEventListener("load", resolve, { once: true });
    });
  }
  const tell = (worker: ServiceWorker | null) => {
    if (worker?.state === "installed" && navigator.serviceWorker.controller) onWaiting(worker);
  };
  try {
    const registration = await navigator.serviceWorker.register("sw.js", {
      updateViaCache: "none",
    });
    tell(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const { installing } = registration;
      installing?.addEventListener("statechange", () => {
        tell(installing);
      });
    });
  } catch {
    // the page works without, while there is a network
  }
}
