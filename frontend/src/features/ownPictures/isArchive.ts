/** Whether a file is a ZIP archive by its name or its type; some systems know only one of them. */
export function isArchive({ name, type }: File): boolean {
  return /\.zip$/i.test(name) || /^application\/(x-)?zip/.test(type);
}
