import { useEffect, useRef } from "react";
import { chooseTerm, GLOSSARY, TERMS } from "../../features/glossary/glossary";
import type { PageProps } from "../../shared/lib/pageProps";
import { Notice } from "../../shared/ui/Notice";
import { StateLink } from "../../shared/ui/StateLink";

/** The words that the page uses; the one that the link names is in sight and has the focus. */
export function GlossaryPage({ url, changeUrl }: PageProps) {
  const chosen = chooseTerm(url.term);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    heading.current?.scrollIntoView({ block: "center" });
  }, [chosen]);
  return (
    <main>
      <h2 className="text-2xl leading-tight font-semibold">Glossary</h2>
      <p className="mt-1 max-w-[70ch] text-soft">
        The words of the field that these pages use, with where you meet them and who wrote of them.
      </p>
      {url.term !== null && chosen === null && (
        <div className="mt-4">
          <Notice title={`The glossary has no word “${url.term}”`} tone="warn">
            <p>All its words stand below.</p>
          </Notice>
        </div>
      )}
      <div className="mt-6 grid max-w-[70ch] gap-4">
        {TERMS.map((name) => {
          const { name: word, meaning, here, source } = GLOSSARY[name];
          const isChosen = name === chosen;
          return (
            <section
              key={name}
              aria-labelledby={`term-${name}`}
              className={`rounded-2xl border p-4 ${isChosen ? "border-accent bg-wash" : "border-line"}`}
            >
              <h3
                id={`term-${name}`}
                ref={isChosen ? heading : null}
                tabIndex={-1}
                className="text-lg font-semibold outline-none"
              >
                <StateLink
                  url={url}
                  change={{ term: name }}
                  changeUrl={changeUrl}
                  className="inline-flex min-h-11 items-center hover:underline"
                >
                  {word}
                </StateLink>
              </h3>
              <p>{meaning}</p>
              <p className="mt-2 text-soft">{here}</p>
              <p className="mt-2 text-sm text-soft">{source}</p>
            </section>
          );
        })}
      </div>
    </main>
  );
}
