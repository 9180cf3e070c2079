import pulumi
import pulumi_dench as dench

# Each stack is an environment with a key of its own. What the key may do, and when it gets a new value, stands in the
# stack's config.
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

pulumi.export("key", gateway.key)  # secret: hand it to what calls the gateway
pulumi.export("keyId", gateway.key_id)
