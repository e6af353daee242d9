import Foundation
import HierarchicalData
import NeuralData
import Testing

@Suite struct CrashGuardTests {
  /// `crashing.h5` holds spoken digits and has bytes changed at random; libhdf5 1.10.8 and its `h5dump` crash on it.
  @Test func aCrashOfTheLibraryIsOneLine() async throws {
    let path = try HDF5Tests.fixture("crashing.h5")
    let ended = await #expect(processExitsWith: .exitCode(65), observing: [\.standardErrorContent]) {
      [path = path as String] in
      CrashGuard.install(program: "test", exitCode: 65)
      do throws(FileError) {
        if let damage = try damage(in: HDF5File(path), "/") { throw damage }
      } catch {
        // A library that notices the damage says so.
        FileHandle.standardError.write(Data("test: \(error)\n".utf8))
        exit(65)
      }
    }
    let text = String(decoding: ended?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.hasPrefix("test: \(path)") && text.split(separator: "\n").count == 1)
  }

  @Test func otherCrashesStayWhatTheyAre() async {
    await #expect(processExitsWith: .signal(SIGABRT)) {
      CrashGuard.install(program: "test", exitCode: 65)
      abort()
    }
  }
}

/// Reads everything in a group; the first damage that the library notices.
private func damage(in file: HDF5File, _ group: String) throws(FileError) -> FileError? {
  for name in try file.names(in: group) {
    let path = group == "/" ? "/\(name)" : "\(group)/\(name)"
    if file.kind(of: path) == .group {
      if let found = try damage(in: file, path) { return found }
    } else {
      for read in [{ _ = try file.numbers(path) }, { _ = try file.texts(path) }, { _ = try file.runs(path) }]
      {
        do {
          try read()
        } catch let error as FileError where error.kind == .damaged {
          return error
        } catch {}
      }
    }
  }
  return nil
}
