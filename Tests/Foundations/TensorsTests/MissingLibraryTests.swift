import NeuralData
import Testing

@testable import Tensors

@Suite(.enabled(if: !LibTorch.isAvailable, "LibTorch is installed"))
struct MissingLibraryTests {
  @Test func saysHowToGetIt() throws {
    #expect(LibTorch.version == nil)
    #expect(LibTorch.liveTensors == 0)
    #expect(Device.usable.isEmpty)
    #expect {
      _ = try Tensor.ones([1])
    } throws: { error in
      let error = error as? TensorError
      return error?.kind == .libraryMissing && error?.blame == .missing
        && error?.description.hasSuffix(
          "run 'make tensors' in Neuropil's folder, or set NEUROPIL_LIBTORCH to the folder of an installed torch"
        )
          == true
    }
  }
}
