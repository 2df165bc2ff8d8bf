import { lazyPage } from "./lazyPage";
import { VIEWS } from "./views";

export const ComparePage = lazyPage(VIEWS.compare.link, async () => {
  return (await import("../pages/compare/ComparePage")).ComparePage;
});
export const InsidePage = lazyPage(VIEWS.inside.link, async () => {
  return (await import("../pages/inside/InsidePage")).InsidePage;
});
export const GlossaryPage = lazyPage(VIEWS.glossary.link, async () => {
  return (await import("../pages/glossary/GlossaryPage")).GlossaryPage;
});
export const NudgePage = lazyPage(VIEWS.nudge.link, async () => {
  return (await import("../pages/nudge/NudgePage")).NudgePage;
});
export const HistoryPage = lazyPage(VIEWS.history.link, async () => {
  return (await import("../pages/history/HistoryPage")).HistoryPage;
});
export const StatisticsPage = lazyPage(VIEWS.statistics.link, async () => {
  return (await import("../pages/statistics/StatisticsPage")).StatisticsPage;
});
export const AccountPage = lazyPage(VIEWS.account.link, async () => {
  return (await import("../pages/account/AccountPage")).AccountPage;
});
export const ReviewPage = lazyPage(VIEWS.review.link, async () => {
  return (await import("../pages/review/ReviewPage")).ReviewPage;
});
export const AdminPage = lazyPage(VIEWS.admin.link, async () => {
  return (await import("../pages/admin/AdminPage")).AdminPage;
});
