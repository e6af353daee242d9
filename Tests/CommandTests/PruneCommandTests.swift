import Foundation
import Testing

/// Whether the program finds LibTorch.
let hasLibTorch =
  (try? Program("neuropil doctor --json").json["LibTorch"] as? String).map { !$0.hasPrefix("missing") }
  ?? false

@Suite struct PruneCommandTests {
  private static let digits = "--data digits --quiet"

  /// Plain weights of a perceptron 64-12-10, of which one unit is dead and one constant, as Python writes them.
  private static let plain = """
    python3 - "$d/plain.safetensors" <<'END'
    import json, struct, sys
    arrays = {"1.weight": ([12, 64], [0.0] * 128 + [0.02 * (i % 7 - 2) for i in range(640)]),
              "1.bias": ([12], [-1.0, 0.5] + [0.1] * 10),
              "3.weight": ([10, 12], [0.1 * (i % 11 - 5) for i in range(120)]), "3.bias": ([10], [0.0] * 10)}
    head, data = {}, b""
    for name, (shape, values) in arrays.items():
        bytes = struct.pack("<%df" % len(values), *values)
        head[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(bytes)]}
        data += bytes
    head = json.dumps(head).encode()
    open(sys.argv[1], "wb").write(struct.pack("<Q", len(head)) + head + data)
    END
    """

  @Test(.enabled(if: hasLibTorch, "LibTorch is not installed"))
  func aNetworkIsMeasured() throws {
    let line = "neuropil prune measure --network mlp-20-10 \(Self.digits) --json --on test"
    let program = try Program(line)
    #expect(program.status == 0, "\(program.errors)")
    let layers = try #require(program.json["layers"] as? [[String: Any]])
    #expect(layers.count == 2)
    for object in layers + [program.json] {
      let numbers = try ["total", "static", "dynamic"].map { try #require(object[$0] as? Double) }
      #expect(abs(numbers[0] - numbers[1] - numbers[2]) < 1e-12 && numbers[0] > 0 && numbers[0] < 1)
    }
    #expect(try Program(line + " --batch 7").output == program.output)
    #expect(try Program(line + " --seed 2").output != program.output)
    let one = try Program(
      "neuropil prune measure --network mlp-20 --data digits --on test --test-images 1 --json")
    #expect(
      one.json["dynamic"] as? Double == 0 && one.json["static"] as? Double == one.json["total"] as? Double)
    #expect(one.errors.contains("note: there is one image alone, so that static is total"))
  }

  @Test(.enabled(if: hasLibTorch, "LibTorch is not installed"))
  func deadUnitsAreRemovedAndTheRestExported() throws {
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      \(Self.plain)
      neuropil prune shrink --checkpoint $d/plain.safetensors --network mlp-12 \(Self.digits) --out $d/run --json && \
      [ -s $d/run/network.safetensors ] && \
      neuropil prune measure --checkpoint $d/run/network.safetensors \(Self.digits) --json >&2 && \
      neuropil prune export --checkpoint $d/run/network.safetensors --to $d/sparse.npz --no-speed --json >&2 && \
      [ -s $d/sparse.npz ]
      """)
    #expect(program.status == 0, "\(program.errors)")
    #expect(program.json["shrunk"] as? String == "mlp-10" && program.json["proof"] as? String == "exact")
    let test = try #require(program.json["test"] as? [String: Any])
    #expect(try #require(test["largestDifference"] as? Double) < 1e-5 && test["changedClasses"] as? Int == 0)
    #expect(program.errors.contains(#""network":"mlp-10""#) && program.errors.contains(#""sparseWeights""#))
  }

  @Test(.enabled(if: hasLibTorch, "LibTorch is not installed"))
  func speedsAreMeasured() throws {
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      neuropil prune export --network mlp-12 \(Self.digits) --to $d/a.safetensors --batches 1,8 --json
      """)
    let speeds = try #require(program.json["speeds"] as? [[String: Any]])
    #expect(speeds.count == 4 && speeds.allSatisfy { ($0["speedUp"] as? Double ?? 0) > 0 })
    let sizes = try #require(program.json["sizes"] as? [String: Any])
    #expect(["dense", "denseDeflated", "sparse", "sparseDeflated"].allSatisfy { sizes[$0] is Int })
  }

  @Test(arguments: [
    (
      "measure", 64,
      "--checkpoint is missing: give the network's file, or --network for drawn weights"
    ),
    (
      "measure --network resnet21", 64,
      "--network is 'resnet21', but must be one of mlp, lenet5, resnet20, resnet32, resnet56, vgg19, densenet40, mobilenetv2, resnet50, vit-b16, or mlp with the sizes of its hidden layers such as mlp-300-100; did you mean 'resnet20'?; see 'neuropil prune measure --help'"
    ),
    (
      "measure --network mlp --data /nonexistent", 66,
      "/nonexistent: there is no such file or folder; check the path"
    ),
    (
      "measure --network mlp --data digits --test-images 0", 64,
      "0 test images are wanted; expected 1 to 179, which are there"
    ),
    (
      "measure --network mlp --device tpu", 66,
      "device: 'tpu' names no kind of device; expected cpu, cuda, cuda:1 or mps; usable here: cpu"
    ),
    (
      "export --network mlp --to a.csv", 64,
      "--to is 'a.csv', but must end in .npz or .safetensors; see 'neuropil prune export --help'"
    ),
    (
      "shrink --checkpoint /nonexistent --data digits", 66,
      "/nonexistent: there is no such file; check the path"
    ),
    (
      "measure --network vgg19 --data digits --batch 0", 64,
      "--batch is 0, but must be 1 to 100000; see 'neuropil prune measure --help'"
    ),
  ])
  func mistakesGetOneLine(line: String, status: Int32, message: String) throws {
    if line.contains("tpu") && !hasLibTorch { return }
    let program = try Program("neuropil prune \(line)")
    if !hasLibTorch && !program.errors.contains(message.prefix(20)) {
      #expect(program.status == 66 && program.errors.contains("run 'make tensors'"))
      return
    }
    #expect(program.status == status && program.output == "")
    if line.contains("tpu") {
      // Other machines have other devices.
      #expect(program.errors.hasPrefix("neuropil: " + message.dropLast("cpu".count)))
    } else {
      #expect(program.errors == "neuropil: \(message)\n")
    }
  }

  /// Without LibTorch the command is there, says in one line how to get it, and exports what needs no tensors.
  @Test func withoutLibTorch() throws {
    let program = try Program("NEUROPIL_LIBTORCH=/nonexistent '\(Program.path)' prune measure --network mlp")
    #expect(program.status == 66 && program.output == "")
    #expect(program.errors.split(separator: "\n").count == 1 && program.errors.contains("run 'make tensors'"))
    #expect(try Program("NEUROPIL_LIBTORCH=/nonexistent '\(Program.path)' prune --help").status == 0)
  }
}
