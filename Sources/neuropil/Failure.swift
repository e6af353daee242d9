import ArgumentParsing
import Dendrites
import Figures
import Homeostasis
import Laboratory
import NeuralData

extension Failure {
  /// The line and exit code for an error: 64 usage, 65 bad data, 66 missing input, 70 our fault, 73 cannot write, 75 try again.
  init(_ error: any Error) {
    switch error {
    case let error as UsageError: self.init(message: error.description, code: 64)
    case let error as DendritesError: self.init(message: error.description, code: 64)
    case let error as StreamError: self.init(message: error.description, code: 64)
    case let error as DetectorError: self.init(message: error.description, code: 64)
    case let error as HomeostasisError:
      switch error {
      case .outOfRange: self.init(message: error.description, code: 64)
      case .wrongShape, .diverged, .badState, .tooFew: self.init(message: error.description, code: 65)
      }
    case let error as FileError:
      switch error.kind {
      case .missing, .unreadable: self.init(message: error.description, code: 66)
      case .damaged, .mismatched, .unsupported: self.init(message: error.description, code: 65)
      case .cannotWrite: self.init(message: error.description, code: 73)
      }
    case let error as PlotlyScript.Missing: self.init(message: error.description, code: 66)
    case let error as Interrupted: self.init(message: "\(error.description); go on with --resume", code: 75)
    default: self.init(message: "unexpected: \(error)", code: 70)
    }
  }
}
