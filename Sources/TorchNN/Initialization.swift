import Randomness
import Torch

extension Module {
  /// Draws every parameter's initial values by position: a stream of its own for each name, so that adding a layer
  /// leaves all others as they were. PyTorch's default distributions.
  /// - Parameter part: what goes before the names within the experiment, such as "unet".
  public func initialize(seed: Int, part: String) {
    for (name, parameter) in namedParameters() {
      let shape = parameter.value.shape
      switch parameter.initialization {
      case .constant(let value):
        parameter.value.assign(Tensor.full(shape, value))
      case .uniform(let bound):
        let stream = RandomStream(seed: seed, purpose: "weights", name: "\(part).\(name)")
        let values = [Float](unsafeUninitializedCapacity: parameter.value.count) { buffer, initialized in
          let all = UnsafeMutableBufferPointer(rebasing: buffer[0..<parameter.value.count])
          stream.fillUniform(all)
          for i in all.indices { all[i] = (2 * all[i] - 1) * Float(bound) }
          initialized = all.count
        }
        parameter.value.assign(Tensor(values, shape: shape))
      }
    }
  }
}
