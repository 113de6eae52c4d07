/** Whether a certificate is to renew itself, with what that means where it is decided. */
define('modules/ksef/views/ksef-certificate/fields/auto-renew', [
    'views/fields/bool',
    'modules/ksef/ui/element',
], (Bool, {element}) => class extends Bool {
    afterRender() {
        super.afterRender();

        if (this.isEditMode()) {
            const hint = this.translate('autoRenewHint', 'messages', 'KsefCertificate');

            this.$el.append(element('div', 'ksef-auto-renew-hint small text-muted', hint));
        }
    }
});
