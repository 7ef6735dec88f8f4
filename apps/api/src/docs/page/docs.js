// Nothing leaves this machine: the validator is a service of somebody else.
window.SwaggerUIBundle({ url: '/docs-json', dom_id: '#docs', deepLinking: true, validatorUrl: null });
