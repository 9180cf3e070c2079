import pulumi
import pulumi_dench as dench

# Each stack is an environment with its own key. The stack config sets the scopes, the rotation trigger and the overlap.
environment = pulumi.get_stack()
config = pulumi.Config()

gateway = dench.GatewayKey(
    "gateway",
    name=f"Shop {environment}",
    scopes=config.require_object("scopes"),
    rotation={
        "triggers": {"team": config.require("team")},
        "overlap": config.require("overlap"),
    },
)

pulumi.export("key", gateway.key)  # secret: pass it to what calls the gateway
pulumi.export("keyId", gateway.key_id)
