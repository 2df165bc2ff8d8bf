/** The part of Swagger UI that src/app/docs.ts uses; the package ships no types. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    readonly dom_id: string;
    readonly url: string;
    readonly deepLinking: boolean;
    readonly validatorUrl: string | null;
  }
  export default function SwaggerUI(options: Options): unknown;
}
