/**
 * The KSeF token of a profile: what is stored is named by its reference number and never shown; a new
 * one is typed in plain sight, since its parts must be compared with the portal's.
 */
define('modules/ksef/views/ksef-profile/fields/token', [
    'views/fields/base',
    'modules/ksef/profile/portal',
    'modules/ksef/profile/token-validity',
    'modules/ksef/profile/told-by-credential',
], (Base, portal, tokenValidity, toldByCredential) => {
    const stored = `
        {{#if reference}}<span>{{storedText}}</span>
        {{else}}<span class="none-value">{{noneText}}</span>{{/if}}`;

    return class extends Base {
        type = 'text'
        inlineEditDisabled = true
        detailTemplateContent = stored

        editTemplateContent = `
            {{#if reference}}
            <div class="ksef-stored">${stored}
                <a role="button" tabindex="0" data-action="replaceToken"{{#if isInputShown}} class="hidden"{{/if}}
                >{{replaceText}}</a>
            </div>
            {{/if}}
            <div class="ksef-token-input{{#unless isInputShown}} hidden{{/unless}}">
                <textarea
                    class="main-element form-control"
                    data-name="{{name}}"
                    rows="3"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                >{{value}}</textarea>
                <div class="small text-muted">{{hintText}}</div>
            </div>`

        isReplacing = false

        /** @type {?Promise<Object[]>} Asked for once, when the profile is one that logs in by token. */
        validity = null

        setup() {
            super.setup();
            this.addActionHandler('replaceToken', () => this.replace());
            this.listenTo(this.model, 'change:environment', () => this.showPortalLink());
            this.listenTo(this.model, 'change:authorizationType', () => this.showValidity());
            this.on('mode-changed', () => {
                this.isReplacing = false;
            });
        }

        getAttributeList() {
            return ['token', 'tokenReference'];
        }

        data() {
            const reference = this.model.get('tokenReference');
            const text = key => this.translate(key, 'messages', 'KsefProfile');

            return {
                ...super.data(),
                reference,
                storedText: text('tokenStored').replace('{reference}', () => reference),
                noneText: text('tokenNotStored'),
                hintText: text('tokenHint'),
                replaceText: this.translate('Replace Token', 'labels', 'KsefProfile'),
                isInputShown: this.isInputShown(),
            };
        }

        afterRender() {
            super.afterRender();
            this.showPortalLink();
            this.showValidity();

            if (this.isEditMode()) {
                // What is pasted is known at once: it fills in others, and asking for it again leaves nothing behind.
                this.$el.find('textarea').on('input', () => this.entered());
            }
        }

        entered() {
            this.trigger('change');
            // Only now: what was set meanwhile would have this field drawn again under the caret.
            this.model.trigger('ksef-credential-entered', toldByCredential.ofToken(this.model.get('token')));
        }

        isInputShown() {
            // A refused save leaves what was typed to be corrected.
            return this.isReplacing || !this.model.get('tokenReference') || !!this.model.get('token');
        }

        replace() {
            this.isReplacing = true;
            this.$el.find('[data-action="replaceToken"]').addClass('hidden');
            this.$el.find('.ksef-token-input').removeClass('hidden').find('textarea').trigger('focus');
        }

        showPortalLink() {
            this.$el.find('.ksef-portal').remove();
            this.$el.append(portal.link(this, 'Tokens'));
        }

        async showValidity() {
            if (this.model.get('authorizationType') !== 'Token') {
                return;
            }

            this.validity ??= tokenValidity.load();

            const findings = await this.validity;

            this.$el.find('.ksef-token-validity').remove();
            this.$el.append(tokenValidity.lines(this, findings));
        }

        validateRequired() {
            if (!this.isRequired() || !this.isInputShown() || this.model.get('token')) {
                return false;
            }

            this.showValidationMessage(
                this.translate('fieldIsRequired', 'messages').replace('{field}', this.getLabelText()),
            );

            return true;
        }

        fetch() {
            const token = this.isInputShown() ? this.$el.find('textarea').val() : '';

            if (token && token.trim()) {
                return {token};
            }

            return this.model.has('token') ? {token: null} : {};
        }
    };
});
