import Diffusion
import Experiments
import RunStore

/// What lies beside an exported network for whoever opens the folder: where it is from, and Python that draws with it.
struct ExportReadme {
  private let run: TrainedRun

  init(_ run: TrainedRun) {
    self.run = run
  }

  var text: String {
    let (configuration, sampling) = (run.configuration, run.configuration.sampling)
    let isDDIM = sampling.sampler == .ddim
    let size = configuration.data.size
    return """
      # \(run.summary.name)

      The network of Darkroom's run \(run.summary.id) after \(run.checkpoint.epochs) epochs; `darkroom.json` has its \
      settings. `unet` and `scheduler` are diffusers' own; \(labelSentence)

      Pictures are [n, 3, \(size), \(size)] in −1…1. With `pip install torch diffusers safetensors`:

      ```python
      import torch
      from diffusers import \(isDDIM ? "DDIMScheduler" : "DDPMScheduler"), UNet2DConditionModel

      unet = UNet2DConditionModel.from_pretrained(".", subfolder="unet").eval()
      scheduler = \(isDDIM ? "DDIMScheduler" : "DDPMScheduler").from_pretrained(".", subfolder="scheduler")
      ```

      \(embedding)

      ```python
      scheduler.set_timesteps(\(sampling.steps))
      x = torch.randn(len(context), 3, \(size), \(size))
      with torch.no_grad():
          for t in scheduler.timesteps:
              x = scheduler.step(unet(x, t, context).sample, t, x\(isDDIM ? ", eta=\(sampling.eta)" : "")).prev_sample
      ```

      """
  }

  private var labelSentence: String {
    run.denoiser.label == nil
      ? "the network was trained without labels, and its context is zero."
      : "`label` is Darkroom's: the net that turns a label into the network's context."
  }

  private var embedding: String {
    guard run.denoiser.label != nil else {
      return """
        ```python
        context = torch.zeros(8, 1, \(run.configuration.conditioning.embedding))
        ```
        """
    }
    return """
      A label is a vector over the classes in `label/config.json`: one-hot, a mixture, or all zeros for none.

      ```python
      import json
      from safetensors.torch import load_file

      config = json.load(open("label/config.json"))
      classes, hidden = len(config["classes"]), config["bottleneck"] or config["embedding"]
      label = torch.nn.ModuleDict({"linear_1": torch.nn.Linear(classes, hidden),
                                   "linear_2": torch.nn.Linear(hidden, config["embedding"])})
      label.load_state_dict(load_file("label/model.safetensors"))

      def embed(labels):
          return label["linear_2"](torch.nn.functional.gelu(label["linear_1"](labels)))[:, None]

      context = embed(torch.eye(classes)).detach()
      ```
      """
  }
}
