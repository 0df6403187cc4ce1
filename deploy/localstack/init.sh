#!/usr/bin/env bash
# Run by LocalStack once it is up: makes the models' bucket and the secret that silos and web APIs read.
set -euo pipefail

awslocal s3api head-bucket --bucket "$BOOKREC_BUCKET" 2>/dev/null || awslocal s3 mb "s3://$BOOKREC_BUCKET"

secret=$(printf '{"jwt_secret_key":"%s","postgres_password":"%s","redis_password":"%s"}' "$JWT_SECRET_KEY" "$POSTGRES_PASSWORD" "$REDIS_PASSWORD")
awslocal secretsmanager create-secret --name "$BOOKREC_SECRET" --secret-string "$secret" >/dev/null 2>&1 \
  || awslocal secretsmanager put-secret-value --secret-id "$BOOKREC_SECRET" --secret-string "$secret" >/dev/null
