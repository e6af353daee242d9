import ArgumentParsing
import Laboratory
import NeuralData

/// What a failed command says and returns; codes follow sysexits: 64 usage, 65 bad data, 66 missing input, 70 our fault,
/// 73 cannot write, 75 try again.
struct Failure {
  var message: String
  var code: Int32

  init(_ error: any Error) {
    switch error {
    case let error as UsageError: (message, code) = (error.description, 64)
    case let error as any ReportableError:
      message = error.description
      code =
        switch error.blame {
        case .request: 64
        case .data: 65
        case .missing: 66
        case .destination: 73
        }
    case let error as Interrupted: (message, code) = ("\(error.description); go on with --resume", 75)
    default: (message, code) = ("unexpected: \(error)", 70)
    }
  }
}
