import Foundation

extension RandomStream {
  /// A standard normal number (Box-Muller; two uniforms for each number, so that the stream's position
  /// depends only on how many numbers were drawn).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }
}
