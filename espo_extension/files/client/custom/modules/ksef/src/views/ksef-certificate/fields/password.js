/** The password of a key file. It is stored nowhere, so there is never an old one to be changed. */
define('modules/ksef/views/ksef-certificate/fields/password', [
    'views/fields/password',
    'modules/ksef/ui/revealed-input',
], (Password, revealedInput) => class extends Password {
    inlineEditDisabled = true

    editTemplateContent = `${revealedInput.template}
        <div class="small text-muted">{{hintText}}</div>`

    setup() {
        super.setup();
        this.addActionHandler('reveal', () => revealedInput.toggle(this.$el));
    }

    data() {
        return {
            ...super.data(),
            hintText: this.translate('passwordHint', 'messages', 'KsefCertificate'),
            revealText: this.translate('revealSecret', 'messages', 'KsefProfile'),
        };
    }

    afterRender() {
        super.afterRender();
        // A refused save leaves what was typed to be corrected.
        this.$el.find('input').val(this.model.get(this.name) || '');
    }

    fetch() {
        // Blanks at the ends may belong to it.
        return {[this.name]: this.$el.find('input').val() || null};
    }
});
