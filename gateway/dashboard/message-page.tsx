import { Document, LocalBadge } from "./layout";
import { paths } from "./paths";

interface MessagePageProps {
  readonly title: string;
  readonly message: string;
}

/** Says why there is nothing else to see. */
export function MessagePage({ title, message }: MessagePageProps) {
  return (
    <Document title={title}>
      <main class="alone">
        <h1>{title}</h1>
        <p>{message}</p>
        <p>
          <a href={paths.keys}>Go to the API keys</a>
        </p>
        <LocalBadge />
      </main>
    </Document>
  );
}
