import { Disposable, EventEmitter, FileSystemError, FileType, workspace } from 'vscode';
import type { ExtensionContext, FileStat, FileSystemProvider, Uri } from 'vscode';

const folders: Readonly<Record<string, readonly string[]>> = { '/': ['pictures'], '/pictures': ['far-away.png'] };
/** The start of a PNG: nothing is to read it. */
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Two folders and a file; nothing can be written. */
class MemoryFiles implements FileSystemProvider {
  readonly onDidChangeFile = new EventEmitter<never>().event;

  watch(): Disposable {
    return new Disposable(() => {});
  }

  stat(uri: Uri): FileStat {
    const type = uri.path in folders ? FileType.Directory : FileType.File;
    if (type === FileType.File && uri.path !== '/pictures/far-away.png') throw FileSystemError.FileNotFound(uri);
    return { type, ctime: 0, mtime: 0, size: type === FileType.File ? png.length : 0 };
  }

  readDirectory(uri: Uri): [string, FileType][] {
    if (!(uri.path in folders)) throw FileSystemError.FileNotFound(uri);
    return folders[uri.path].map(name => [name, uri.path === '/' ? FileType.Directory : FileType.File]);
  }

  readFile(uri: Uri): Uint8Array {
    if (this.stat(uri).type === FileType.Directory) throw FileSystemError.FileIsADirectory(uri);
    return png;
  }

  createDirectory(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }
  writeFile(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }
  delete(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }
  rename(uri: Uri): never {
    throw FileSystemError.NoPermissions(uri);
  }
}

export const activate = ({ subscriptions }: ExtensionContext): void => {
  subscriptions.push(workspace.registerFileSystemProvider('twinlint-test', new MemoryFiles(), { isReadonly: true }));
};
