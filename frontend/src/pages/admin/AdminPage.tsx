import { OnlyFor } from "../../features/session/OnlyFor";
import { areDigits, noun } from "../../shared/lib/classes";
import type { PageProps } from "../../shared/lib/pageProps";
import { Section, SectionLinks } from "../../shared/ui/Section";
import { Accounts } from "./Accounts";
import { RetrainingSection } from "./RetrainingSection";
import { PromotionLog, ServedModels } from "./ServedModels";

const SECTIONS = {
  served: { id: "served", link: "Served", title: "What is served, and what could be" },
  retraining: { id: "retraining", link: "Retraining", title: "Train again" },
  log: { id: "log", link: "Log", title: "Promotions, refusals and rollbacks" },
  accounts: { id: "accounts", link: "Accounts", title: "Accounts and roles" },
} as const;

/** Where admins decide what is served, start retrainings and give roles. */
export function AdminPage({ changeUrl }: PageProps) {
  return (
    <main data-testid="admin">
      <OnlyFor roles={["admin"]} title="Only admins see this page" changeUrl={changeUrl}>
        {() => (
          <>
            <SectionLinks
              sections={Object.values(SECTIONS).filter(
                (section) => areDigits() || section !== SECTIONS.retraining,
              )}
            />
            <Section
              {...SECTIONS.served}
              about={`A candidate is measured against the version that is served, on the same ${noun(2)}. The gate can only refuse; you decide whether what it lets through is served.`}
            >
              <ServedModels />
            </Section>
            {areDigits() && (
              <Section
                {...SECTIONS.retraining}
                about="A retraining learns from MNIST and from what reviewers have settled, in a process of its own. It makes candidates; none is served before it is promoted."
              >
                <RetrainingSection />
              </Section>
            )}
            <Section {...SECTIONS.log} about="No line of it is ever changed.">
              <PromotionLog />
            </Section>
            <Section {...SECTIONS.accounts}>
              <Accounts />
            </Section>
          </>
        )}
      </OnlyFor>
    </main>
  );
}
