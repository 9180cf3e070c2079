import { Document, LocalNotice } from "./layout";
import { paths } from "./paths";

interface MessagePageProps {
  readonly title: string;
  readonly message: string;
}

/** A page with only a message, such as an error. */
export function MessagePage({ title, message }: MessagePageProps) {
  return (
    <Document title={title}>
      <main class="alone">
        <h1>{title}</h1>
        <p>{message}</p>
        <p>
          <a href={paths.keys}>Go to the API keys</a>
        </p>
        <LocalNotice />
      </main>
    </Document>
  );
}
