import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that appear whole or not at all.
public enum AtomicFile {
  /// Writes `bytes` under another name in the same folder, brings them to the disk and renames the file.
  ///
  /// Whatever happens on the way, `path` holds either what it held before or all of `bytes`.
  ///
  /// - Throws: ``FileError`` of kind `cannotWrite` with the system's reason; the half-written file is removed.
  public static func write(_ bytes: some Collection<UInt8>, to path: String) throws(FileError) {
    let folder = (path as NSString).deletingLastPathComponent
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).partial"
    func fail(_ action: String) -> FileError {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      return FileError(
        .cannotWrite, path, "cannot \(action): \(reason)", remedy: "choose another place or make room")
    }
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw fail("create the file") }
    var written = 0
    let contents = Array(bytes)
    while written < contents.count {
      let count = contents.withUnsafeBytes { writeSome(file, $0.baseAddress! + written, $0.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let error = fail("write")
        close(file)
        throw error
      }
      written += count
    }
    guard fsync(file) == 0 else {
      let error = fail("bring the file to the disk")
      close(file)
      throw error
    }
    guard close(file) == 0 else { throw fail("close the file") }
    guard rename(temporary, path) == 0 else { throw fail("put the file in place") }
    let directory = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  /// Lets `fill` write a file of another name in the same folder, brings it to the disk and renames it.
  ///
  /// This is for libraries that write files themselves.
  ///
  /// - Throws: what `fill` throws, or ``FileError`` of kind `cannotWrite`; the other file is removed.
  public static func replace(
    _ path: String, with fill: (_ temporary: String) throws(FileError) -> Void
  ) throws(FileError) {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).partial"
    do throws(FileError) { try fill(temporary) } catch {
      unlink(temporary)
      throw error
    }
    let file = open(temporary, O_RDONLY | O_CLOEXEC)
    let isOnDisk = file >= 0 && fsync(file) == 0
    if file >= 0 { close(file) }
    guard isOnDisk, rename(temporary, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw FileError(
        .cannotWrite, path, "cannot put the file in place: \(reason)",
        remedy: "choose another place or make room")
    }
  }

  /// Writes text in UTF-8.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(text.utf8, to: path)
  }

  private static func writeSome(_ file: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, start, count)
    #else
      Darwin.write(file, start, count)
    #endif
  }
}

/// Reads whole files.
package enum FileBytes {
  /// The contents of a file, inflated where it is compressed with gzip.
  package static func contents(of path: String) throws(FileError) -> [UInt8] {
    let bytes = try read(path)
    return Gzip.isCompressed(bytes) ? try Gzip.inflate(bytes, path: path) : bytes
  }

  /// The contents of a file as they are.
  package static func read(_ path: String) throws(FileError) -> [UInt8] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(.missing, path, "there is no such file", remedy: "check the path")
    }
    if isFolder.boolValue { throw FileError(.unreadable, path, "is a folder", expected: "a file") }
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe))
    } catch {
      throw FileError(.unreadable, path, "cannot be read", remedy: "check its permissions")
    }
  }
}
