import pulumi
import pulumi_dench as dench

key_id = pulumi.Config().require("keyId")
by_id = dench.get_gateway_key_output(key_id=key_id)
usage = dench.get_key_usage(key_id=key_id)

pulumi.export("workspace", dench.get_workspace().slug)
pulumi.export("status", by_id.status)
pulumi.export("idByName", dench.get_gateway_key_output(name=by_id.name).id)
pulumi.export("newest", dench.get_gateway_keys_output(include_revoked=True).keys[0].name)
pulumi.export("requests", usage.requests)
pulumi.export("today", usage.daily[29].requests)
