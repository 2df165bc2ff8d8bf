import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, useSyncExternalStore } from "react";
import { chooseToKeep, keepsNothing, subscribeToKeep } from "../../features/prediction/keep";
import { forgetIds } from "../../features/prediction/prediction";
import { deleteAllRecents } from "../../features/recents/recentsStore";
import { MINE, useSession } from "../../features/session/useSession";
import { toFailure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";
import { isStaticSite } from "../../shared/api/staticSite";
import { forgetMe, type Session } from "../../shared/api/kept";
import { ConfirmButton } from "../../shared/ui/ConfirmButton";
import { Disclosure } from "../../shared/ui/Disclosure";

/** What becomes of drawings. */
export function Privacy() {
  return isStaticSite() ? (
    <p data-testid="privacy" className="mt-1 text-sm text-soft">
      Nothing is sent: your drawings are read here, in your browser.
    </p>
  ) : (
    <ServicePrivacy />
  );
}

/** What the service keeps of drawings, and how to have it keep nothing. */
function ServicePrivacy() {
  const session = useSession();
  const keeps = session.phase === "loaded" ? session.value.keeps : null;
  const isOff = useSyncExternalStore(subscribeToKeep, keepsNothing);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className="flex grow flex-wrap items-center gap-x-5 print:hidden [&>div]:basis-full">
      {keeps?.predictions === false ? (
        <p className="text-sm text-soft">Nothing is kept here.</p>
      ) : (
        <label className="inline-flex min-h-11 cursor-pointer items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-5 accent-accent"
            checked={isOff}
            onChange={(event) => {
              chooseToKeep(event.target.checked);
            }}
          />
          Do not keep my drawings
        </label>
      )}
      <Disclosure title="What is kept?" about="of your drawings" isOpen={isOpen} onOpen={setIsOpen}>
        <div data-testid="privacy" className="grid gap-2 pb-2 text-sm text-soft">
          {keeps?.predictions === false ? (
            <p>This service keeps neither your drawings nor its answers.</p>
          ) : (
            <>
              <WhatIsKept keeps={keeps} />
              <Forget />
            </>
          )}
        </div>
      </Disclosure>
    </div>
  );
}

/** `keeps` is null where the service does not say. */
function WhatIsKept({ keeps }: { keeps: Session["keeps"] | null }) {
  const what =
    keeps?.drawings === false
      ? "the answers of all rungs and your label, but not the drawing itself"
      : "the drawing, the answers of all rungs and your label";
  const howLong = keeps ? `For ${keeps.days} days, this` : "This";
  return (
    <>
      <p>
        {`${howLong} service keeps ${what}. That makes your history and statistics, and shows where the rungs fail.`}
      </p>
      <p>
        Labelled drawings may be looked at by this service’s reviewers, without a name; what they
        confirm may train the next version. Nobody else sees them. Network addresses are not kept. A
        cookie tells which drawings are yours.
      </p>
      <p>
        The switch is about this service and holds from the next answer on, in this browser. Your
        last drawings, below the field, never leave it. What is kept already is deleted here, there
        too:
      </p>
    </>
  );
}

function Forget() {
  const client = useQueryClient();
  const forgetting = useMutation({
    mutationFn: forgetMe,
    onSuccess: () => {
      forgetIds(client);
      deleteAllRecents();
      return client.resetQueries({ queryKey: [MINE] });
    },
  });
  const { data: deleted, error } = forgetting;
  const text = error && failureText(toFailure(error), null, "account");
  return (
    <div>
      <ConfirmButton
        label="Forget me"
        question="All drawings that you made here are deleted, with their answers and labels, and this browser’s list of your last drawings. This cannot be undone."
        confirm="Delete them all"
        onConfirm={() => {
          forgetting.mutate();
        }}
      />
      <p role="status" className="mt-1 font-semibold text-ink">
        {deleted !== undefined &&
          (deleted === 0
            ? "Nothing of yours was kept."
            : `${deleted} ${deleted === 1 ? "drawing was" : "drawings were"} deleted.`)}
      </p>
      {text && (
        <p role="alert" className="font-semibold text-warn">
          {`Nothing was deleted. ${text.title}. ${text.detail}`}
        </p>
      )}
    </div>
  );
}
